import React from 'react';
import { SECURITY_PORTS, withSecurity } from '../model/rules.js';
import type { Security } from '../model/types.js';
import RadioCards from '../parts/RadioCards.js';
import { useForm } from './form-context.js';

const KINDS: Security[] = ['starttls', 'tls', 'none'];

/** The three kinds of security as cards, each with its consequence and its port. */
export default function SecurityCards(): React.ReactElement {
  const { draft, set, errors, readOnly, settings, texts } = useForm();
  const cards = KINDS.map((value) => {
    const isClosed = value === 'none' && !settings.allowPlaintext;
    const words = texts.t(isClosed ? 'securityForbidden' : `security_${value}`);
    const help = `${words} ${texts.t('usualPort', { port: SECURITY_PORTS[value] })}`;
    return { value, label: texts.label(`security_${value}`), help, isClosed, isInsecure: value === 'none' };
  });
  return (
    <RadioCards
      name="security"
      label={texts.property('security')}
      isLabelled={false}
      cards={cards}
      value={draft.security}
      readOnly={readOnly}
      error={errors.security && texts.error('security', errors.security)}
      onChange={(kind) => set((now) => withSecurity(now, kind))}
    />
  );
}
