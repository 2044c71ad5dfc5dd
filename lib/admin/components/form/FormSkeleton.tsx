import { Placeholder } from '@adminjs/design-system';
import React from 'react';
import type { Texts } from '../parts/use-texts.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import { Page } from './layout.js';

const HEIGHTS = [24, 84, 56, 56, 84, 56];

/** The shape of the form while it loads, so that the layout does not jump. */
export default function FormSkeleton({ texts }: { texts: Texts }): React.ReactElement {
  return (
    <Page data-testid="loading">
      <VisuallyHidden role="status">{texts.t('loading')}</VisuallyHidden>
      <div aria-hidden="true" style={{ flex: '1000 1 420px', maxWidth: 640 }}>
        {HEIGHTS.map((height, index) => (
          <Placeholder key={index} height={height} style={{ width: '100%', marginBottom: 24 }} />
        ))}
      </div>
    </Page>
  );
}
