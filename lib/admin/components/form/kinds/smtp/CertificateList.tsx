import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { withoutCertificate } from '../../../model/certificates.js';
import Button from '../../../parts/Button.js';
import CertificateCard from '../../../parts/CertificateCard.js';
import { Help } from '../../../parts/Field.js';
import { focusRing } from '../../../parts/tones.js';
import VisuallyHidden from '../../../parts/VisuallyHidden.js';
import { useForm } from '../../form-context.js';
import { useCertificates } from '../../../parts/use-certificates.js';

const List = styled.ul`
  display: grid;
  gap: ${themeGet('space', 'default')};
  margin: ${themeGet('space', 'lg')} 0 0;
  & button:focus-visible {
    ${focusRing}
  }
`;

/** The certificates of the field, each with a button that removes it. */
export default function CertificateList({ pem }: { pem: string | null }): React.ReactElement {
  const { resourceId, draft, set, texts } = useForm();
  const host = draft.tlsServerName.trim() || draft.host.trim();
  const { certificates, errors, failure, loading } = useCertificates(resourceId, pem, host);
  const bad = certificates.filter(({ problems }) => problems.length > 0).length;
  const remove = (index: number): void => {
    set({ caCertificate: withoutCertificate(certificates, index) });
    document.getElementById('caCertificate')?.focus();
  };
  const words = errors ? Object.entries(errors).map(([field, error]) => texts.error(field, error)) : [];
  const problem = words.join(' ') || (failure ? texts.t('certificatesUnreadable') : '');
  return (
    <>
      {certificates.length > 0 && (
        <List aria-label={texts.t('certificates')}>
          {certificates.map((facts, index) => (
            <li key={`${index} ${facts.fingerprint}`}>
              <CertificateCard
                facts={facts}
                texts={texts}
                host={host}
                actions={
                  <Button
                    type="button"
                    variant="text"
                    size="sm"
                    aria-label={texts.t('removeEntry', { entry: facts.subject || texts.t('certificateUnnamed') })}
                    onClick={() => remove(index)}
                  >
                    {texts.button('remove')}
                  </Button>
                }
              />
            </li>
          ))}
        </List>
      )}
      {problem && <Help>▲ {problem}</Help>}
      <VisuallyHidden role="status">
        {certificates.length > 0 && !loading ? texts.t('certificatesRead', { count: certificates.length, bad }) : ''}
      </VisuallyHidden>
    </>
  );
}
