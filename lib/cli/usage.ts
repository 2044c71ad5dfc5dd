/** The text of `--help`, also printed after a {@link UsageError}. */
export const USAGE = `Usage: nestjs-adminjs-smtp test --host <name> [options]
       nestjs-adminjs-smtp test --url <url> [options]

Tests a mail server step by step from this machine, with the same engine as the admin panel.
The password is read from the environment variable SMTP_PASSWORD or from a prompt, never from an argument.

Options:
  --host <name>        host name or IP address
  --port <number>      default: 587 for starttls, 465 for tls, 25 for none
  --security <mode>    starttls, tls, none, or auto to detect it (default: starttls)
  --url <url>          instead of --host and --port: smtp://user@host:587 (STARTTLS) or smtps://user@host:465 (SSL/TLS)
  --user <name>        user name (default: no login)
  --from <address>     sender (default: the user name, if it is an email address)
  --to <address>       recipient of the test email (default: the sender)
  --check-only         stop before sending the message
  --ca <file>          PEM file with a private CA to trust in addition to the public CAs
  --timeout <seconds>  time limit for the whole test (default: 60)
  --json               print each step, then the report, as one line of JSON
  -h, --help           print this help

Exit codes: 0 the test passed, 1 the test failed, 2 invalid arguments.`;

/** The error for invalid arguments. */
export class UsageError extends Error {}

/** The reason for stopping after Ctrl-C. */
export class Stopped extends Error {}
