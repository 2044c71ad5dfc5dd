import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useCurrentAdmin } from 'adminjs';
import React, { useEffect, useRef, useState, type FormEvent } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import type { ConnectionOffer, TestStep } from '../../../shared/connection-test.js';
import { isAddress } from '../model/mailboxes.js';
import { stepStates } from '../model/steps.js';
import { stepWords } from '../model/step-words.js';
import Alert from './Alert.js';
import type { TestEnd } from '../model/test-stream.js';
import Button from './Button.js';
import CheckField from './CheckField.js';
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
}

interface Props {
  texts: Texts;
  /** The names of the planned steps. */
  planned: string[];
  run: (request: { to: string; checkOnly: boolean }, onStep: (step: TestStep) => void, signal: AbortSignal) => Promise<TestEnd>;
  onResult: (result: TestResult, response: TestEnd) => void;
  /** Called if the settings are invalid, so that no test was started. */
  onInvalid: (errors: FieldErrors) => void;
  remedies: Remedies;
  onClose: () => void;
}

/** The dialog that asks for a recipient and runs a connection test step by step. It stays open if the test fails. */
export default function TestDialog({ texts, planned, run, onResult, onInvalid, remedies, onClose }: Props): React.ReactElement {
  const [admin] = useCurrentAdmin();
  const [to, setTo] = useState(admin?.email ?? '');
  const [checkOnly, setCheckOnly] = useState(false);
  const [toError, setToError] = useState('');
  const [steps, setSteps] = useState<TestStep[]>();
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState('');
  const [stopped, setStopped] = useState(false);
  /** Counts the remedies that were applied: each is tested as soon as it is in the form. */
  const [changes, setChanges] = useState(0);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const finish = (response: TestEnd, done: TestStep[]): void => {
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
    onResult({ ok, checkOnly, reason, hint: failed ? stepWords(failed, texts).remedy : '', from }, response);
  };

  const start = async (): Promise<void> => {
    setFailure('');
    setStopped(false);
    setToError('');
    if (!isAddress(to)) {
      setToError(texts.error('to', { type: 'email' }));
      document.getElementById('testTo')?.focus();
      return;
    }
    const done: TestStep[] = [];
    const controller = (abort.current = new AbortController());
    setSteps(done);
    setRunning(true);
    try {
      const onStep = (step: TestStep): void => {
        done.push(step);
        setSteps([...done]);
      };
      const response = await run({ to: to.trim(), checkOnly }, onStep, controller.signal);
      setRunning(false);
      finish(response, done);
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
        <Field name="to" id="testTo" label={texts.t('testTo')} error={toError} required>
          {(control) => (
            <Input
              {...control}
              type="email"
              data-autofocus
              value={to}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTo(event.target.value)}
            />
          )}
        </Field>
        <CheckField id="checkOnly" label={texts.t('checkOnly')} checked={checkOnly} onChange={setCheckOnly} />
        <Help>{texts.t('testLimits')}</Help>
      </form>
      <Results>
        {failure && <Alert tone="error">{failure}</Alert>}
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
