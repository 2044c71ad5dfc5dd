import { OptionChecker } from '../shared/option-checker.js';

export { type Check, optional, type OptionTable, describeValue as shown } from '../shared/option-checker.js';

/** The checks of the options of SmtpModule. */
export const { badOption, checkOptions, durationMs, flag, label, listOf, oneOf, options, sourceId, timerMs, wholeNumber } =
  new OptionChecker('SmtpModule');
