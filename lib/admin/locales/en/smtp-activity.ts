import { shared } from './shared.js';

/** Texts of the screens that tie kinds of mail to configurations. */
export const smtpActivity = {
  actions: { list: 'Mail activities', edit: 'Choose a configuration' },
  labels: { SmtpActivity: 'Mail activities' },
  properties: {
    id: 'Key',
    key: 'Key',
    label: 'Activity',
    sensitive: 'Sensitive',
    declared: 'Declared',
    configId: 'Sends through',
    configName: 'Sends through',
    configState: 'State',
  },
  buttons: { ...shared.buttons },
  messages: { ...shared.messages },
  components: {
    ...shared.components,
    intro: 'Each kind of mail can use a configuration of its own. Where none is chosen, the default one is used.',
    listLabel: 'Kinds of mail and the configuration each one uses',
    columnActivity: 'Activity',
    columnConfig: 'Sends through',
    sensitive: 'sensitive: never copied',
    undeclared: 'no longer declared by the application',
    undeclaredText: 'The application no longer declares this activity. Mail that still names it is refused.',
    state_default: 'The default configuration ({{name}})',
    state_no_default: 'The default configuration (none is set)',
    state_no_default_help: 'Mail of this activity is not sent. Make a configuration the default, or choose one here.',
    state_default_disabled: 'The default configuration ({{name}}) is switched off',
    state_default_disabled_help:
      'Mail of this activity is not sent. Switch the default on, set another one, or choose a configuration here.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} is switched off',
    state_disabled_help:
      'Mail of this activity is not sent, and does not go to another configuration. Switch it on, or choose another one.',
    state_gone: 'The configuration was deleted',
    state_gone_help: 'Mail of this activity is not sent, and does not go to another configuration. Choose another one.',
    goneText: 'The chosen configuration was deleted. Choose another one, or the default.',
    goneOption: 'deleted configuration',
    useDefaultNamed: 'The default configuration (now: {{name}})',
    useDefaultNone: 'The default configuration (none is set now)',
    off: 'off',
    help_configId: 'Mail of this activity is sent by exactly this configuration, never by another one.',
    emptyText: 'The application declares no activities.',
  },
};
