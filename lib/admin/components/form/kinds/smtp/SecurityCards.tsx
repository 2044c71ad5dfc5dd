import React from 'react';
import { SECURITIES } from '../../../../../shared/config-fields.js';
import { usualPort, withSecurity } from '../../../model/rules.js';
import RadioCards from '../../../parts/RadioCards.js';
import { useForm } from '../../form-context.js';

/** The three kinds of security as cards, each with its consequence and its port. */
export default function SecurityCards(): React.ReactElement {
  const { draft, set, errors, settings, texts } = useForm();
  const cards = SECURITIES.map((value) => {
    const isClosed = value === 'none' && !settings.allowPlaintext;
    const words = texts.t(isClosed ? 'securityForbidden' : `security_${value}`);
    const help = `${words} ${texts.t('usualPort', { port: usualPort(value) })}`;
    return { value, label: texts.label(`security_${value}`), help, isClosed, isInsecure: value === 'none' };
  });
  return (
    <RadioCards
      name="security"
      label={texts.property('security')}
      isLabelled={false}
      cards={cards}
      value={draft.security}
      error={errors.security && texts.error('security', errors.security)}
      onChange={(kind) => set((now) => withSecurity(now, kind))}
    />
  );
}
