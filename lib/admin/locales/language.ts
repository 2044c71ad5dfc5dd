import type { en } from './en/index.js';

type Translated<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Translated<T[Key]> };
type Partly<T> = { readonly [Key in keyof T]?: T[Key] extends string ? string : Partly<T[Key]> };

/** All texts of one language, by file. */
export type Language = Translated<typeof en>;

/** Some texts of one language. */
export type LanguageTexts = Partly<Language>;

type Block = Record<string, string>;

/** A block for `ResourceOptions.translations.<language>`, or for `locale.translations.<language>.resources.<resource id>`. */
export type ResourceTexts = Record<'actions' | 'labels' | 'properties' | 'buttons' | 'messages' | 'components', Block>;

/** The id of a resource with texts. */
export type ResourceId = 'SmtpOverview' | 'SmtpConfig' | 'SmtpActivity' | 'SmtpMessage' | 'SmtpAudit';

/** Returns the blocks that AdminJS looks up by resource; with `isSingle`, those for a single configuration. */
export function textsByResource(language: Language, isSingle = false): Record<ResourceId, ResourceTexts> {
  const { shared, smtpOverview, smtpConfig, smtpActivity, smtpMessage, smtpAudit, steps, tests } = language;
  const { single, ...ofSeveral } = smtpConfig;
  const withTests = {
    ...ofSeveral,
    buttons: { ...ofSeveral.buttons, ...tests.buttons },
    messages: { ...ofSeveral.messages, ...tests.messages },
    components: { ...ofSeveral.components, ...steps, ...tests.components },
  };
  const whole = (own: Partial<ResourceTexts>, others: Partial<ResourceTexts> = {}): ResourceTexts => ({
    actions: { ...own.actions, ...others.actions },
    labels: { ...shared.labels, ...own.labels, ...others.labels },
    properties: { ...own.properties },
    buttons: { ...shared.buttons, ...own.buttons },
    messages: { ...shared.messages, ...own.messages, ...others.messages },
    components: { ...shared.components, ...own.components, ...others.components },
  });
  return {
    SmtpOverview: whole(smtpOverview),
    SmtpConfig: whole(withTests, isSingle ? single : {}),
    SmtpActivity: whole(smtpActivity),
    SmtpMessage: whole(smtpMessage),
    SmtpAudit: whole(smtpAudit),
  };
}
