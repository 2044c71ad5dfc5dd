/** The text of `--help`, also printed after the error of a wrong call. */
export const USAGE = `Usage: nestjs-adminjs-smtp test --host <name> [options]
       nestjs-adminjs-smtp test --url smtp://user@host:587 [options]

Tests a mail server step by step from this machine, with the same engine as the admin panel.
The password comes from the environment variable SMTP_PASSWORD, or you are asked for it; it is never an argument.

  --host <name>        host name or IP address
  --port <number>      default: 587 for starttls, 465 for tls, 25 for none
  --security <kind>    starttls, tls, none, or auto: ask the server first     default: starttls
  --url <address>      smtp://user@host:port (STARTTLS) or smtps://user@host:port (SSL/TLS), instead of the three above
  --user <name>        user name for the login                                default: no login
  --from <address>     default: the user name, when it is an address
  --to <address>       recipient of the test mail                             default: the From address
  --check-only         stops before the message and delivers nothing
  --ca <file>          PEM of a private CA, trusted in addition
  --timeout <seconds>  for the whole test                                     default: 15
  --json               a line of JSON a step, then one with the report
  --help

Exit code: 0 the test passed, 1 it failed, 2 the call was wrong.`;

/** The error of a wrong call. */
export class UsageError extends Error {}

/** The reason after Ctrl-C. */
export class Stopped extends Error {}
