import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useState } from 'react';
import { type BulkReport, MESSAGE_ACTIONS, type MessageAction } from '../../../shared/mail-log.js';
import { matchingMessages } from '../model/api.js';
import type { BulkTarget } from '../model/bulk.js';
import { BULK_OBSTACLES, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';
import BulkDialog from './BulkDialog.js';
import BulkProgress from './BulkProgress.js';
import { useBulk } from './use-bulk.js';

const Bar = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: center;
  margin-top: ${themeGet('space', 'lg')};
`;

interface Props {
  texts: Texts;
  resourceId: string;
  selected: LogMessage[];
  /** Increases when the admin selects or deselects messages, which ends the selection of all that match. */
  selections: number;
  /** The query of the list's filters. */
  query: Record<string, string>;
  /** The number of messages that match the filters, and the limit of counting. */
  total: number;
  countLimit: number;
  /** True if more messages match than the page has, and none or all of its messages are selected. */
  canSelectMatching: boolean;
  isSingle: boolean;
  onDone: (action: MessageAction, report: BulkReport) => void;
  onClear: () => void;
}

/** The actions on the selected messages, or on all that match the filters. Nothing while none can be selected here. */
export default function BulkBar(props: Props): React.ReactElement | null {
  const { texts, resourceId, selected, selections, query, total, countLimit, canSelectMatching, isSingle, onDone, onClear } = props;
  const [matching, setMatching] = useState<Extract<BulkTarget, { at: string }> | null>(null);
  const [failure, setFailure] = useState('');
  const [open, setOpen] = useState<MessageAction | null>(null);
  const possible = (action: MessageAction): LogMessage[] => selected.filter((message) => !BULK_OBSTACLES[action](message));
  const bulk = useBulk({
    texts,
    resourceId,
    targetOf: (action) => matching ?? { ids: possible(action).map(({ id }) => id) },
    onDone: (action, report, isComplete) => {
      if (isComplete) clear();
      else if (matching) void selectMatching();
      onDone(action, report);
    },
  });
  const countOf = (action: MessageAction): number => matching?.counts[action] ?? possible(action).length;
  const uncertain = matching ? 0 : possible('retryNow').filter(({ status }) => status === 'unknown').length;
  const isRunning = bulk.progress !== null;
  const most = total.toLocaleString(texts.locale) + (total === countLimit ? '+' : '');

  const isSelected = selected.length > 0 || matching !== null;

  function forget(): void {
    setMatching(null);
    setFailure('');
    bulk.forgetFailure();
  }
  // oxlint-disable-next-line react/exhaustive-deps
  useEffect(forget, [selections]);

  function clear(): void {
    forget();
    setOpen(null);
    onClear();
  }

  async function selectMatching(): Promise<void> {
    setFailure('');
    try {
      const { counts, at } = await matchingMessages(resourceId, query);
      if (counts && at !== undefined) setMatching({ query, at, counts });
      else setFailure(texts.t('problem_server'));
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
  }

  if (!isSelected && !isRunning && !canSelectMatching) return null;
  return (
    <Bar data-testid="bulk" role="group" aria-label={texts.t('bulkActions')}>
      {isRunning && !open ? (
        <BulkProgress texts={texts} {...bulk.progress!} onStop={bulk.stop} />
      ) : (
        <>
          <span role="status">
            {matching
              ? texts.t('selectedMatching', { total: most })
              : isSelected && texts.t(selected.length === 1 ? 'selectedOne' : 'selected', { count: selected.length })}
          </span>
          {!matching && canSelectMatching && (
            <Button type="button" size="sm" variant="text" onClick={() => void selectMatching()}>
              {texts.t('selectMatching', { total: most })}
            </Button>
          )}
          {MESSAGE_ACTIONS.filter((action) => countOf(action) > 0 && !(isSingle && action === 'move')).map((action) => (
            <SteadyButton
              key={action}
              type="button"
              size="sm"
              variant={action === 'retryNow' ? 'contained' : 'outlined'}
              color={action === 'cancel' ? 'danger' : 'primary'}
              off={isRunning}
              onClick={() => (action === 'retryNow' && !matching ? void bulk.run(action, countOf(action)) : setOpen(action))}
            >
              {texts.t(`bulk_${action}`, { count: countOf(action).toLocaleString(texts.locale) })}
            </SteadyButton>
          ))}
          {isSelected && (
            <SteadyButton type="button" size="sm" variant="text" off={isRunning} onClick={clear}>
              {texts.button('clearSelection')}
            </SteadyButton>
          )}
          {uncertain > 0 && (
            <span role="status">
              <span aria-hidden="true">▲ </span>
              {texts.t(uncertain === 1 ? 'retryUncertainOne' : 'retryUncertain', { count: uncertain })}
            </span>
          )}
        </>
      )}
      {(failure || (bulk.failure && isSelected && !open)) && <Alert tone="error">{failure || bulk.failure}</Alert>}
      {open && (
        <BulkDialog
          texts={texts}
          action={open}
          count={countOf(open)}
          hasSensitive={matching !== null || selected.some(({ sensitive }) => sensitive)}
          bulk={bulk}
          onClose={() => setOpen(null)}
        />
      )}
    </Bar>
  );
}
