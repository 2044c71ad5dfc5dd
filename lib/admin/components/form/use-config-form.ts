import { type ActionJSON, useNotice } from 'adminjs';
import { useEffect, useRef, useState } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import { DESTINATION_NAMES, SECRET_COLUMNS, fieldOf } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { listRecords, recordAction, resourceAction, type RecordResponse } from '../model/api.js';
import { conflictOf, type Conflict, type FormField } from '../model/conflict.js';
import { checkDraft } from '../model/check.js';
import { EMPTY_DRAFT, isDirty, readConfig, type Draft, type SavedConfig } from '../model/draft.js';
import { toPayload } from '../model/payload.js';
import { rebase, rebaseOnOthers } from '../model/rebase.js';
import { secretRule } from '../model/rules.js';
import type { Params } from '../model/types.js';
import type { Texts } from '../parts/use-texts.js';
import { isMissing } from '../parts/MissingRecord.js';
import { isNotFound, refusal } from '../parts/refusal.js';
import { useRefresh } from '../parts/use-refresh.js';
import { latestChanges } from './latest-changes.js';

/** Fields whose rules depend on the kind and the login method. */
const BY_KIND: readonly string[] = [...DESTINATION_NAMES, 'fromAddress', 'maxConnections', ...SECRET_COLUMNS];

/** A change of the draft: new values, or a function of the current draft, for responses that arrive later. */
export type Change = Partial<Draft> | ((now: Draft) => Partial<Draft>);

/** Returns the state of a configuration's form: the draft, the saved configuration and the errors. */
export function useConfigForm(
  resourceId: string,
  loaded: { params: Params; recordActions: readonly ActionJSON[] } | undefined,
  settings: ScreenSettings,
  texts: Texts,
) {
  const addNotice = useNotice();
  const params = loaded?.params;
  /** The actions that the record offers, which follow its state. */
  const [recordActions, setRecordActions] = useState(loaded?.recordActions ?? []);
  const [saved, setSaved] = useState<SavedConfig | null>(() => (params ? readConfig(params) : null));
  const [start, setStart] = useState<Draft>(saved?.draft ?? EMPTY_DRAFT);
  const [{ draft, errors }, setTyped] = useState<{ draft: Draft; errors: FieldErrors }>({ draft: start, errors: {} });
  /** The current draft, for code that waited for a response. */
  const current = useRef(draft);
  current.current = draft;
  const [summary, setSummary] = useState('');
  const [stale, setStale] = useState(false);
  /** The values that someone else saved in the meantime; null until they are loaded. */
  const [conflict, setConflict] = useState<(Conflict & { mine: Draft; theirs: Draft; record: RecordResponse }) | null>(null);
  const [busy, setBusy] = useState(false);
  const isSaving = useRef(false);
  /** Counts refusals: each one moves the focus to the first bad field. */
  const [refusals, setRefusals] = useState(0);

  // The first configuration is made the default.
  const isNew = params === undefined && !settings.single;
  useEffect(() => {
    if (!isNew) return;
    const preset = async (): Promise<void> => {
      const { meta } = await listRecords(resourceId, { perPage: '1' });
      if (meta?.hasDefault !== false) return;
      setStart((before) => ({ ...before, isDefault: true }));
      setTyped((before) => ({ ...before, draft: { ...before.draft, isDefault: true } }));
    };
    // If the call fails, the checkbox stays as it is; this is only a convenience.
    preset().catch(() => undefined);
  }, [resourceId, isNew]);

  const accept = (newer: RecordResponse, next?: Draft, problems: FieldErrors = {}): void => {
    const config = readConfig(newer.params);
    setSaved(config);
    setRecordActions(newer.recordActions ?? []);
    setStart(config.draft);
    setTyped({ draft: next ?? config.draft, errors: problems });
    setSummary('');
    setStale(false);
    setConflict(null);
  };

  const refuse = (problems: FieldErrors, sentence: string): void => {
    // Problems with a secret's source or key are shown at the secret.
    const ofSecrets = SECRET_COLUMNS.flatMap((column) => {
      const problem = problems[column] ?? problems[`${column}Source`] ?? problems[`${column}Ref`];
      return problem ? [[column, problem] as const] : [];
    });
    const others = Object.entries(problems).filter(([field]) => !SECRET_COLUMNS.some((column) => column === fieldOf(field)));
    setTyped((before) => ({ ...before, errors: Object.fromEntries([...others, ...ofSecrets]) }));
    setSummary(sentence);
    setStale(false);
    setConflict(null);
    setRefusals((count) => count + 1);
  };

  /** Applies a change. Errors of unchanged fields stay. */
  const set = (change: Change): void => {
    setTyped((before) => {
      const next = { ...before.draft, ...(typeof change === 'function' ? change(before.draft) : change) };
      const fields = Object.keys(next) as (keyof Draft)[];
      const touched = new Set(fields.filter((field) => next[field] !== before.draft[field]).map(fieldOf));
      for (const column of SECRET_COLUMNS)
        if (secretRule(column, next, saved, settings) !== secretRule(column, before.draft, saved, settings)) touched.add(column);
      // Another kind or login method has different rules for the same fields.
      if (touched.has('type') || touched.has('authMethod')) BY_KIND.forEach((field) => touched.add(field));
      const standing = Object.entries(before.errors).filter(([field]) => !touched.has(fieldOf(field)));
      return { draft: next, errors: Object.fromEntries(standing) };
    });
    setSummary('');
  };

  /** Returns true if the draft passes the browser's checks; otherwise shows the problems under the given sentence. */
  const check = (sentence: string): boolean => {
    const problems = checkDraft(draft, saved, settings);
    const sound = Object.keys(problems).length === 0;
    if (!sound) refuse(problems, sentence);
    return sound;
  };

  /** Turns the form into that of a new configuration, because the edited one was deleted. The draft stays. */
  const becomeNew = (): void => {
    setSaved(null);
    setRecordActions([]);
    setStart(EMPTY_DRAFT);
    refuse({}, texts.t('deletedMeanwhile'));
  };

  /**
   * Saves the draft and returns the id of the configuration; undefined if it was refused. The draft stays. `left` is true if it was
   * changed while saving.
   */
  const save = async (): Promise<{ id: string; left: boolean } | undefined> => {
    // Ignores a second press during the first.
    if (isSaving.current || !check(texts.t('notSaved'))) return undefined;
    isSaving.current = true;
    setBusy(true);
    try {
      const data = toPayload(draft, settings, saved ?? undefined);
      const response = saved ? await recordAction(resourceId, saved.id, 'edit', data) : await resourceAction(resourceId, 'new', data);
      const problems = response.record?.errors ?? {};
      if (problems.version?.type === 'stale' || problems.name?.type === 'only_one') {
        await reportConflict();
      } else if (isNotFound(response)) {
        // The draft can still be saved as a new configuration.
        becomeNew();
      } else if (response.notice?.type === 'error' || !response.record) {
        refuse(problems, Object.keys(problems).length ? texts.t('notSaved') : refusal(response, texts));
      } else {
        const config = readConfig(response.record.params);
        const next = rebase(current.current, draft, config.draft);
        accept(response.record, next);
        addNotice({ message: 'saved', type: 'success', resourceId });
        return { id: response.record.id, left: isDirty(next, config.draft) };
      }
    } catch (error) {
      refuse({}, texts.problem(error));
    } finally {
      isSaving.current = false;
      setBusy(false);
    }
    return undefined;
  };

  /** Returns the current record, or undefined if it was deleted: of the only configuration also where this form knew none. */
  const readCurrent = async (): Promise<RecordResponse | undefined> => {
    if (!saved) return (await listRecords(resourceId, { perPage: '1' })).records?.[0];
    const response = await recordAction(resourceId, saved.id, 'edit');
    return response.record && !isMissing(response.record) && !isNotFound(response) ? response.record : undefined;
  };

  /** Shows what someone else saved, and which fields both changed. */
  const reportConflict = async (): Promise<void> => {
    refuse({}, '');
    setStale(true);
    const record = await readCurrent();
    if (!record) return saved ? becomeNew() : setStale(false);
    const { draft: theirs, version } = readConfig(record.params);
    const entries = await latestChanges(record.id, version - (saved?.version ?? 0));
    const mine = current.current;
    setConflict({ ...conflictOf(mine, start, theirs, entries), mine, theirs, record });
    setRefusals((count) => count + 1);
  };

  /**
   * Loads the current record from the server, and drops the changes made here or applies them to it, except those to the fields in
   * `given`.
   */
  const reload = async (how: 'drop' | 'keep', given: FormField[] = []): Promise<void> => {
    if (!saved && !settings.single) return;
    try {
      // The choices are about the record that was shown. If it has changed again, the next save reports it.
      const record = given.length > 0 && conflict ? conflict.record : await readCurrent();
      if (!record) return saved ? becomeNew() : setStale(false);
      if (how === 'drop') return accept(record);
      const mine = rebaseOnOthers(current.current, start, readConfig(record.params).draft, settings, given);
      accept(record, mine.draft, mine.errors);
      if (Object.keys(mine.errors).length) setRefusals((count) => count + 1);
    } catch (error) {
      refuse({}, texts.problem(error));
    }
  };

  /** Drops the changes. */
  const discard = (): void => {
    setTyped({ draft: start, errors: {} });
    setSummary('');
    setStale(false);
    setConflict(null);
  };

  /**
   * Shows a newer record: all of it while nothing is changed here, otherwise only its status and actions. The version stays with the
   * values that are edited, so that a later save cannot overwrite those of someone else.
   */
  const updateStatus = (newer: RecordResponse): void => {
    const config = readConfig(newer.params);
    if (!isDirty(current.current, start) && !isSaving.current) {
      if (isDirty(config.draft, start) || config.version !== saved?.version) return accept(newer);
    }
    setRecordActions(newer.recordActions ?? []);
    setSaved((before) => before && { ...config, draft: before.draft, secrets: before.secrets, version: before.version });
  };
  useRefresh(resourceId, saved?.id, updateStatus);

  return {
    saved,
    recordActions,
    draft,
    start,
    errors,
    summary,
    stale,
    conflict,
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
