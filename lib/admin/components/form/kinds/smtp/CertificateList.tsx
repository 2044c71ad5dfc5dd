import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { CertificateName } from '../../../../../shared/config-fields.js';
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

interface Props {
  name: CertificateName;
  pem: string | null;
  /** The server that they are meant for, if they must have its name. */
  host: string;
}

/** The certificates of a field, each with a button that removes it. */
export default function CertificateList({ name, pem, host }: Props): React.ReactElement {
  const { resourceId, set, texts } = useForm();
  const { certificates, errors, failure, loading } = useCertificates(resourceId, pem, host);
  const bad = certificates.filter(({ problems }) => problems.length > 0).length;
  const remove = (index: number): void => {
    set({ [name]: withoutCertificate(certificates, index) });
    document.getElementById(name)?.focus();
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
                kindLabel={name === 'clientCertificate' ? texts.property(name) : undefined}
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
