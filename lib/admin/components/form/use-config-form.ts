import { useNotice } from 'adminjs';
import { useEffect, useRef, useState } from 'react';
import type { FieldErrors } from '../../../shared/admin-answers.js';
import { DESTINATION_NAMES, SECRET_COLUMNS, fieldOf } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { listRecords, recordAction, resourceAction } from '../model/api.js';
import { checkDraft } from '../model/check.js';
import { EMPTY_DRAFT, isDirty, readConfig, type Draft, type SavedConfig } from '../model/draft.js';
import { toPayload } from '../model/payload.js';
import { rebase, rebaseOnOthers } from '../model/rebase.js';
import { secretRule } from '../model/rules.js';
import type { Params } from '../model/types.js';
import type { Texts } from '../parts/use-texts.js';
import { isGone, refusal } from '../parts/refusal.js';

/** Fields that each kind and each way of signing in has rules of its own for. */
const BY_KIND: readonly string[] = [...DESTINATION_NAMES, 'fromAddress', 'maxConnections', ...SECRET_COLUMNS];

/** A change of the draft: new values, or a function of the draft at that time, for answers that come later. */
export type Change = Partial<Draft> | ((now: Draft) => Partial<Draft>);

/** The state of one configuration's form: what is typed, what is saved, what is wrong. */
export function useConfigForm(resourceId: string, params: Params | undefined, settings: ScreenSettings, texts: Texts) {
  const addNotice = useNotice();
  const [saved, setSaved] = useState<SavedConfig | null>(() => (params ? readConfig(params) : null));
  const [start, setStart] = useState<Draft>(saved?.draft ?? EMPTY_DRAFT);
  const [{ draft, errors }, setTyped] = useState<{ draft: Draft; errors: FieldErrors }>({ draft: start, errors: {} });
  /** The draft of this moment, for code that waited for an answer. */
  const current = useRef(draft);
  current.current = draft;
  const [summary, setSummary] = useState('');
  const [stale, setStale] = useState(false);
  const [busy, setBusy] = useState(false);
  const underWay = useRef(false);
  /** Counts refusals: each one moves the focus to the first bad field. */
  const [refusals, setRefusals] = useState(0);

  // The first configuration is meant to be the default.
  const isNew = params === undefined && !settings.single;
  useEffect(() => {
    if (!isNew) return;
    const preset = async (): Promise<void> => {
      const { meta } = await listRecords(resourceId, { perPage: '1' });
      if (meta?.hasDefault !== false) return;
      setStart((before) => ({ ...before, isDefault: true }));
      setTyped((before) => ({ ...before, draft: { ...before.draft, isDefault: true } }));
    };
    // Without an answer the box stays as it is: only a convenience is lost.
    preset().catch(() => undefined);
  }, [resourceId, isNew]);

  const accept = (config: SavedConfig, next = config.draft, problems: FieldErrors = {}): void => {
    setSaved(config);
    setStart(config.draft);
    setTyped({ draft: next, errors: problems });
    setSummary('');
    setStale(false);
  };

  const refuse = (problems: FieldErrors, sentence: string): void => {
    // What is wrong with a secret's source or key is said beside the secret.
    const ofSecrets = SECRET_COLUMNS.flatMap((column) => {
      const problem = problems[column] ?? problems[`${column}Source`] ?? problems[`${column}Ref`];
      return problem ? [[column, problem] as const] : [];
    });
    const others = Object.entries(problems).filter(([field]) => !SECRET_COLUMNS.some((column) => column === fieldOf(field)));
    setTyped((before) => ({ ...before, errors: Object.fromEntries([...others, ...ofSecrets]) }));
    setSummary(sentence);
    setStale(false);
    setRefusals((count) => count + 1);
  };

  /** Takes over what was typed; errors stay with the fields that were not touched. */
  const set = (change: Change): void => {
    setTyped((before) => {
      const next = { ...before.draft, ...(typeof change === 'function' ? change(before.draft) : change) };
      const fields = Object.keys(next) as (keyof Draft)[];
      const touched = new Set(fields.filter((field) => next[field] !== before.draft[field]).map(fieldOf));
      for (const column of SECRET_COLUMNS)
        if (secretRule(column, next, saved, settings) !== secretRule(column, before.draft, saved, settings)) touched.add(column);
      // Another type or way of signing in asks for other things of the same fields.
      if (touched.has('type') || touched.has('authMethod')) BY_KIND.forEach((field) => touched.add(field));
      const standing = Object.entries(before.errors).filter(([field]) => !touched.has(fieldOf(field)));
      return { draft: next, errors: Object.fromEntries(standing) };
    });
    setSummary('');
  };

  /** Returns whether the draft passes every check that needs no server; otherwise shows the problems under the given sentence. */
  const check = (sentence: string): boolean => {
    const problems = checkDraft(draft, saved, settings);
    const sound = Object.keys(problems).length === 0;
    if (!sound) refuse(problems, sentence);
    return sound;
  };

  /** Turns the form into that of a new configuration, because the edited one is gone; what was typed stays. */
  const becomeNew = (): void => {
    setSaved(null);
    setStart(EMPTY_DRAFT);
    refuse({}, texts.t('deletedMeanwhile'));
  };

  /**
   * Saves, and answers with the id of what was saved; without one it was refused, and everything typed stays. What was typed
   * while the answer was awaited stays as well, and is said to be left.
   */
  const save = async (): Promise<{ id: string; left: boolean } | undefined> => {
    // A second press while the first one is under way.
    if (underWay.current || !check(texts.t('notSaved'))) return undefined;
    underWay.current = true;
    setBusy(true);
    try {
      const data = toPayload(draft, settings, saved ?? undefined);
      const answer = saved ? await recordAction(resourceId, saved.id, 'edit', data) : await resourceAction(resourceId, 'new', data);
      const problems = answer.record?.errors ?? {};
      if (problems.version?.type === 'stale' || problems.name?.type === 'only_one') {
        refuse({}, '');
        setStale(true);
      } else if (isGone(answer)) {
        // Nothing is in the way of saving it as a new one.
        becomeNew();
      } else if (answer.notice?.type === 'error' || !answer.record) {
        refuse(problems, Object.keys(problems).length ? texts.t('notSaved') : refusal(answer, texts));
      } else {
        const config = readConfig(answer.record.params);
        const next = rebase(current.current, draft, config.draft);
        accept(config, next);
        addNotice({ message: 'saved', type: 'success', resourceId });
        return { id: answer.record.id, left: isDirty(next, config.draft) };
      }
    } catch (error) {
      refuse({}, texts.problem(error));
    } finally {
      underWay.current = false;
      setBusy(false);
    }
    return undefined;
  };

  /** Takes the record as it is on the server now, dropping what was typed, or laying it over that. */
  const reload = async (how: 'drop' | 'keep'): Promise<void> => {
    if (!saved && !settings.single) return;
    try {
      const answer = saved ? await recordAction(resourceId, saved.id, 'edit') : null;
      if (answer && isGone(answer)) return becomeNew();
      // Somebody else created the only one in the meantime.
      const record = answer ? answer.record : (await listRecords(resourceId, { perPage: '1' })).records?.[0];
      if (!record) return saved ? undefined : setStale(false);
      const config = readConfig(record.params);
      if (how === 'drop') return accept(config);
      const mine = rebaseOnOthers(current.current, start, config.draft, settings);
      accept(config, mine.draft, mine.errors);
      if (Object.keys(mine.errors).length) setRefusals((count) => count + 1);
    } catch (error) {
      refuse({}, texts.problem(error));
    }
  };

  /** Drops what was typed. */
  const discard = (): void => {
    setTyped({ draft: start, errors: {} });
    setSummary('');
    setStale(false);
  };

  const updateStatus = (next: Params): void => setSaved(readConfig(next));
  return {
    saved,
    draft,
    start,
    errors,
    summary,
    stale,
    busy,
    refusals,
    dirty: isDirty(draft, start),
    set,
    refuse,
    check,
    save,
    reload,
    discard,
    updateStatus,
  };
}
