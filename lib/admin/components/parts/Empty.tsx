import { H4, InfoBox } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';

interface Props {
  /** Missing if the page's heading already says it. */
  title?: string;
  text: string;
  /** Another sentence. */
  note?: string;
  illustration?: 'Launch' | 'Folders' | 'NotFound';
  /** The first step, for admins with the permission. */
  children?: ReactNode;
}

/** An empty state. AdminJS's own box skips a level of headings. */
export default function Empty({ title, text, note, illustration, children }: Props): React.ReactElement {
  return (
    <InfoBox illustration={illustration} testId="empty">
      {title && (
        <H4 as="h3" mb="lg">
          {title}
        </H4>
      )}
      {[text, note].map(
        (sentence) =>
          sentence && (
            <p key={sentence} style={{ maxWidth: 460, margin: '0 auto 24px' }}>
              {sentence}
            </p>
          ),
      )}
      {children}
    </InfoBox>
  );
}
