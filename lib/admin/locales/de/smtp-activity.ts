import type { Language } from '../language.js';

/** German texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'E-Mail-Arten', edit: 'Konfiguration wählen' },
  labels: { SmtpActivity: 'E-Mail-Arten' },
  properties: {
    id: 'Schlüssel',
    key: 'Schlüssel',
    label: 'E-Mail-Art',
    sensitive: 'Vertraulich',
    declared: 'Definiert',
    configId: 'Versand über',
    configName: 'Versand über',
    configState: 'Status',
  },
  messages: {
    pageNotFound_title: 'E-Mail-Art nicht gefunden',
    error404Action: 'Die Anwendung definiert diese E-Mail-Art nicht, oder Ihre Rolle darf sie nicht öffnen.',
  },
  components: {
    intro: 'Legen Sie fest, welche Konfiguration welche E-Mail-Art sendet. Ohne Auswahl gilt die Standardkonfiguration.',
    listLabel: 'E-Mail-Arten und ihre Konfigurationen',
    columnActivity: 'E-Mail-Art',
    columnConfig: 'Versand über',
    sensitive: 'Vertraulich – nie an CC oder BCC',
    undeclared: 'Von der Anwendung nicht mehr definiert',
    undeclaredText: 'Die Anwendung definiert diese E-Mail-Art nicht mehr. E-Mails dieser Art werden abgelehnt.',
    state_default: 'Die Standardkonfiguration ({{name}})',
    state_no_default: 'Die Standardkonfiguration (keine festgelegt)',
    state_no_default_help:
      'E-Mails dieser Art werden nicht gesendet. Legen Sie eine Konfiguration als Standard fest oder wählen Sie hier eine aus.',
    state_default_disabled: 'Die Standardkonfiguration ({{name}}) ist deaktiviert',
    state_default_disabled_help:
      'E-Mails dieser Art werden nicht gesendet. Aktivieren Sie die Standardkonfiguration, legen Sie eine andere als Standard fest oder wählen Sie hier eine Konfiguration aus.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} ist deaktiviert',
    state_disabled_help:
      'E-Mails dieser Art werden nicht gesendet und nicht auf eine andere Konfiguration umgeleitet. Aktivieren Sie sie oder wählen Sie eine andere.',
    state_deleted: 'Die Konfiguration wurde gelöscht',
    state_deleted_help:
      'E-Mails dieser Art werden nicht gesendet und nicht auf eine andere Konfiguration umgeleitet. Wählen Sie eine andere.',
    configDeletedText: 'Die gewählte Konfiguration wurde gelöscht. Wählen Sie eine andere oder die Standardkonfiguration.',
    configDeletedOption: 'gelöschte Konfiguration',
    useDefaultNamed: 'Die Standardkonfiguration (derzeit: {{name}})',
    useDefaultNone: 'Die Standardkonfiguration (derzeit keine festgelegt)',
    disabled: 'deaktiviert',
    help_configId: 'Nur diese Konfiguration sendet E-Mails dieser Art. Eine Änderung gilt auch für wartende Nachrichten.',
    emptyText: 'Die Anwendung definiert keine E-Mail-Arten.',
  },
};
