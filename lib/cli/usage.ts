/** The text of `--help`, also printed after a {@link UsageError}. */
export const USAGE = `Usage: nestjs-adminjs-smtp test --host <name> [options]
       nestjs-adminjs-smtp test --url smtp://user@host:587 [options]

Tests a mail server step by step from this machine, with the same engine as the admin panel.
The password is read from the environment variable SMTP_PASSWORD or from a prompt, never from an argument.

  --host <name>        host name or IP address
  --port <number>      default: 587 for starttls, 465 for tls, 25 for none
  --security <kind>    starttls, tls, none, or auto to detect it                default: starttls
  --url <address>      smtp://user@host:port (STARTTLS) or smtps://user@host:port (SSL/TLS), instead of the three above
  --user <name>        user name for the login                                default: no login
  --from <address>     default: the user name, if it is an address
  --to <address>       recipient of the test email                            default: the From address
  --check-only         stop before the message; deliver nothing
  --ca <file>          PEM of a private CA, trusted in addition
  --timeout <seconds>  for the whole test                                     default: 15
  --json               print one line of JSON per step, then one with the report
  --help

Exit codes: 0 the test passed, 1 the test failed, 2 invalid arguments.`;

/** The error for invalid arguments. */
export class UsageError extends Error {}

/** The reason for stopping after Ctrl-C. */
export class Stopped extends Error {}
