import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useCurrentAdmin, useTranslation } from 'adminjs';
import React, { useEffect, useRef, useState, type FormEvent } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import type { ConnectionOffer, TestStep } from '../../../shared/connection-test.js';
import { addMailboxes, isAddress } from '../model/mailboxes.js';
import { refusedIn, stepStates } from '../model/steps.js';
import { stepWords } from '../../../shared/failure-words.js';
import type { ShownTest } from '../model/test-text.js';
import Alert from './Alert.js';
import type { TestEnd } from '../model/test-stream.js';
import Button from './Button.js';
import CheckField from './CheckField.js';
import ChipsInput from './ChipsInput.js';
import Dialog from './Dialog.js';
import Field, { Help } from './Field.js';
import { refusal } from './refusal.js';
import SteadyButton from './SteadyButton.js';
import StepList from './StepList.js';
import type { Remedies } from './StepRemedy.js';
import type { Texts } from './use-texts.js';

const Results = styled.div`
  & > * {
    margin: ${themeGet('space', 'lg')} 0 0;
  }
`;

/** The result of a test. */
export interface TestResult {
  ok: boolean;
  checkOnly: boolean;
  /** The failure, and its remedy below. */
  reason: string;
  hint: string;
  /** The sender that the server accepted. */
  from: string;
  /** The number of recipients that the server refused. */
  refused: number;
  test: ShownTest;
}

interface TestRequest {
  to: string[];
  checkOnly: boolean;
  /** The language of the panel, which the test email is in. */
  language: string;
}

/** The most recipients of a test. */
const MAX_RECIPIENTS = 10;

interface Props {
  texts: Texts;
  /** The names of the planned steps. */
  planned: string[];
  run: (request: TestRequest, onStep: (step: TestStep) => void, signal: AbortSignal) => Promise<TestEnd>;
  onResult: (result: TestResult, response: TestEnd) => void;
  /** Called if the settings are invalid, so that no test was started. */
  onInvalid: (errors: FieldErrors) => void;
  remedies: Remedies;
  onClose: () => void;
}

/** The dialog that asks for recipients and runs a connection test step by step. It stays open if the test fails. */
export default function TestDialog({ texts, planned, run, onResult, onInvalid, remedies, onClose }: Props): React.ReactElement {
  const [admin] = useCurrentAdmin();
  const { language } = useTranslation().i18n;
  const [to, setTo] = useState<string[]>(admin?.email ? [admin.email] : []);
  const [typed, setTyped] = useState('');
  const [checkOnly, setCheckOnly] = useState(false);
  const [toError, setToError] = useState('');
  const [steps, setSteps] = useState<TestStep[]>();
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState('');
  const [warning, setWarning] = useState('');
  const [stopped, setStopped] = useState(false);
  /** Counts the remedies that were applied: each is tested as soon as it is in the form. */
  const [changes, setChanges] = useState(0);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const finish = (response: TestEnd, done: TestStep[], recipients: string[], startedAt: Date): void => {
    if (response.errors?.to) return setToError(texts.error('to', response.errors.to));
    if (response.errors) return onInvalid(response.errors);
    if (response.failed) {
      const { summary, remedy } = stepWords(response.failed, texts);
      return setFailure(`${summary} ${remedy}`);
    }
    const failed = done.find((step) => !step.ok);
    const ok = response.report?.ok ?? false;
    const reason = failed
      ? `${texts.label(`step_${failed.name}`)}: ${stepWords(failed, texts).summary || texts.t('step_failed')}`
      : ok
        ? ''
        : refusal(response, texts);
    if (!ok && !failed) setFailure(reason);
    const from = done.find((step) => (step.name === 'sender' || step.name === 'mailbox') && step.ok)?.detail ?? '';
    const refused = ok ? done.reduce((sum, step) => sum + refusedIn(step), 0) : 0;
    if (refused > 0) setWarning(texts.t('testRefused', { refused, count: recipients.length }));
    const at = startedAt.toISOString();
    const test = { at, ok, checkOnly, ms: Date.now() - startedAt.getTime(), recipients, steps: done, person: admin?.email ?? null };
    onResult({ ok, checkOnly, reason, hint: failed ? stepWords(failed, texts).remedy : '', from, refused, test }, response);
  };

  const start = async (): Promise<void> => {
    setFailure('');
    setWarning('');
    setStopped(false);
    setToError('');
    // The last address may not be in the list yet.
    const recipients = addMailboxes(to, typed);
    setTo(recipients);
    setTyped('');
    const bad = recipients.find((recipient) => !isAddress(recipient));
    if (bad !== undefined || recipients.length === 0 || recipients.length > MAX_RECIPIENTS) {
      const type = bad === undefined && recipients.length > 0 ? 'too_many' : 'email';
      setToError(`${bad === undefined ? '' : `${bad}: `}${texts.error('to', { type })}`);
      document.getElementById('testTo')?.focus();
      return;
    }
    const done: TestStep[] = [];
    const startedAt = new Date();
    const controller = (abort.current = new AbortController());
    setSteps(done);
    setRunning(true);
    try {
      const onStep = (step: TestStep): void => {
        done.push(step);
        setSteps([...done]);
      };
      const response = await run({ to: recipients, checkOnly, language }, onStep, controller.signal);
      setRunning(false);
      finish(response, done, recipients, startedAt);
    } catch (error) {
      if (controller.signal.aborted) return;
      setRunning(false);
      setFailure(texts.problem(error));
    }
  };

  const stop = (): void => {
    abort.current?.abort();
    setRunning(false);
    setStopped(true);
  };
  const use = (offer: ConnectionOffer): void => {
    if (remedies.use?.(offer)) setChanges((count) => count + 1);
  };
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    if (changes) void latest.current();
  }, [changes]);

  const footer = (
    <>
      <Button type="button" variant={running ? 'outlined' : 'text'} onClick={running ? stop : onClose}>
        {texts.button(running ? 'stop' : 'close')}
      </Button>
      <SteadyButton type="submit" form="smtp-test" variant="contained" off={running}>
        {texts.button(running ? 'testing' : checkOnly ? 'checkConnection' : 'sendTestEmail')}
      </SteadyButton>
    </>
  );
  return (
    <Dialog title={texts.t('testTitle')} closeLabel={texts.button('close')} onClose={onClose} footer={footer}>
      <form
        id="smtp-test"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          event.stopPropagation();
          if (!running) void start();
        }}
      >
        <Field name="to" id="testTo" label={texts.t('testTo')} help={texts.t('help_testTo')} error={toError} required>
          {(control) => (
            <ChipsInput
              control={control}
              texts={texts}
              label={texts.t('testTo')}
              list={to}
              onChange={(list) => {
                setTo(list);
                setToError('');
              }}
              typed={typed}
              onType={setTyped}
              isBad={(entry) => !isAddress(entry)}
              isOfDialog
            />
          )}
        </Field>
        <CheckField id="checkOnly" label={texts.t('checkOnly')} checked={checkOnly} onChange={setCheckOnly} />
        <Help>{texts.t('testLimits')}</Help>
      </form>
      <Results>
        {failure && <Alert tone="error">{failure}</Alert>}
        {warning && (
          <Alert tone="warning" testId="refused">
            {warning}
          </Alert>
        )}
        {stopped && (
          <Alert tone="info" testId="stopped">
            {texts.t('testStopped')}
          </Alert>
        )}
      </Results>
      {steps && (running || steps.length > 0) && (
        <StepList items={stepStates(planned, steps, running)} texts={texts} remedies={remedies} onUse={use} />
      )}
    </Dialog>
  );
}
