import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useState } from 'react';
import { relativeTime } from '../model/relative-time.js';
import SteadyButton from '../parts/SteadyButton.js';
import { mutedTone } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

const EVERY_MS = 5_000;

const Frame = styled.span`
  display: flex;
  gap: ${themeGet('space', 'default')};
  align-items: center;
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
`;

interface Props {
  texts: Texts;
  /** The time of the data, by the browser's clock. */
  at: number;
  loading: boolean;
  onRefresh: () => void;
}

/** The age of the data, in steps of five seconds, and a button to refresh it. */
export default function Updated({ texts, at, loading, onRefresh }: Props): React.ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const age = Math.max(0, Math.floor((now - at) / EVERY_MS) * EVERY_MS);
  const words = age === 0 ? texts.t('updatedNow') : texts.t('updated', { ago: ago(age, texts.locale) });
  return (
    <Frame>
      <span data-testid="updated">{words}</span>
      <SteadyButton type="button" size="sm" variant="text" off={loading} onClick={onRefresh}>
        <Icon icon="RefreshCw" />
        {texts.button('refresh')}
      </SteadyButton>
    </Frame>
  );
}

/** Formats an age: seconds up to a minute, then minutes and more. */
function ago(ms: number, locale: string): string {
  if (ms >= 60_000) return relativeTime(new Date(0).toISOString(), ms, locale);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' }).format(-Math.round(ms / 1000), 'second');
}
