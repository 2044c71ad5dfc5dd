/** The text of `--help`, also printed after a {@link UsageError}. */
export const USAGE = `Usage: nestjs-adminjs-smtp test --host <name> [options]
       nestjs-adminjs-smtp test --url <url> [options]
       nestjs-adminjs-smtp bundle [--out <folder>] [--loader <file>]

test: tests a mail server step by step from this machine, with the same engine as the admin panel.
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

bundle: bundles the components of the admin panel, without a database or any other service. At run time, set ADMIN_JS_TMP_DIR to the
same folder, and ADMIN_JS_SKIP_BUNDLE=true.

Options:
  --out <folder>       default: the environment variable ADMIN_JS_TMP_DIR, or adminjs-dist
  --loader <file>      a module of your application that exports "componentLoader" with its own components

Exit codes: 0 the command succeeded, 1 it failed, 2 invalid arguments.`;

/** The error for invalid arguments. */
export class UsageError extends Error {}

/** The reason for which a command ends early, such as Ctrl-C. */
export class Stopped extends Error {}
