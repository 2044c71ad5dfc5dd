import React from 'react';
import FixLink from '../parts/FixLink.js';
import type { Texts } from '../parts/use-texts.js';
import MoveWaiting from './MoveWaiting.js';
import TryNow from './TryNow.js';

interface Props {
  /** The texts of the mail log. */
  texts: Texts;
  config: { id: string; name: string };
  /** The field to correct; null if none is wrong. */
  field: string | null;
  /** The number of messages that wait for it. */
  waiting: number;
  /** True with a single configuration: there is none to move to. */
  isSingle: boolean;
  /** The id of the text that says what is wrong. */
  describedBy?: string;
  /** Called after an action. */
  onDone: () => void;
}

/** The ways out for the mail of a failing configuration. Trying it again comes first only if no field is wrong. */
export default function FailingActions({ texts, config, field, waiting, isSingle, describedBy, onDone }: Props): React.ReactElement {
  const tryNow = <TryNow texts={texts} resourceId="SmtpMessage" configId={config.id} isSecond={field !== null} onTried={onDone} />;
  return (
    <>
      {field === null ? tryNow : <FixLink texts={texts} configId={config.id} field={field} describedBy={describedBy} />}
      {!isSingle && waiting > 0 && <MoveWaiting texts={texts} config={config} waiting={waiting} onMoved={onDone} />}
      {field !== null && tryNow}
    </>
  );
}
