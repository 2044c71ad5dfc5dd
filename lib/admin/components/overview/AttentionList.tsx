import { Link } from '@adminjs/design-system';
import React from 'react';
import { type Attention, severityOf } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { pluralKey } from '../model/overview.js';
import type { Texts } from '../parts/use-texts.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import AttentionText from './AttentionText.js';
import { Point, Points } from './layout.js';
import { configsIn } from './links.js';
import NextStep from './NextStep.js';
import SeverityIcon from './SeverityIcon.js';

export type AttentionItem = Wire<Attention>;

interface Props {
  texts: Texts;
  items: AttentionItem[];
  /** The number of configurations about which nothing is known. */
  untested: number;
  /** The start of the last 24 hours. */
  day: number;
  canManage: boolean;
  isSingle: boolean;
  /** Called after an action on one of the items. */
  onDone: () => void;
}

/** A list of everything that needs attention, the most serious first, each with its next step. */
export default function AttentionList(props: Props): React.ReactElement {
  const { texts, items, untested, day, canManage, isSingle, onDone } = props;
  if (items.length === 0 && untested === 0) {
    return (
      <Points>
        <Point data-attention="none">
          <SeverityIcon sign="fine" />
          <p>{texts.t('noProblems')}</p>
        </Point>
      </Points>
    );
  }
  return (
    <Points>
      {items.map((item, index) => {
        const severity = severityOf(item);
        return (
          <Point key={keyOf(item)} data-attention={item.kind} data-severity={severity}>
            <SeverityIcon sign={severity} />
            <div id={`attention-${index}`}>
              <VisuallyHidden>{texts.t(`severity_${severity}`)}: </VisuallyHidden>
              <AttentionText texts={texts} item={item} day={day} />
            </div>
            <span className="step">
              <NextStep
                texts={texts}
                item={item}
                day={day}
                canManage={canManage}
                isSingle={isSingle}
                describedBy={`attention-${index}`}
                onDone={onDone}
              />
            </span>
          </Point>
        );
      })}
      {untested > 0 && (
        <Point data-attention="untested">
          <SeverityIcon sign="unknown" />
          <p id="attention-untested">
            {texts.t(pluralKey('untested', untested), { count: new Intl.NumberFormat(texts.locale).format(untested) })}
          </p>
          <span className="step">
            <Link href={configsIn('untested')} aria-describedby="attention-untested">
              {texts.t(pluralKey('step_untested', untested))}
            </Link>
          </span>
        </Point>
      )}
    </Points>
  );
}

function keyOf(item: AttentionItem): string {
  return [item.kind, 'config' in item ? item.config.id : '', 'of' in item ? item.of : ''].join(' ');
}
