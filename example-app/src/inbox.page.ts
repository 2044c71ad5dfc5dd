import type { InboxMail } from 'nestjs-adminjs-smtp/testing';
import type { InboxService } from './inbox.service.js';

const shown = 50;

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; flex-wrap: wrap; }
  h1 { font-size: 1.4rem; margin: 0; }
  code, pre { font: 13px/1.5 ui-monospace, monospace; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0 0; }
  details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .75rem 0; }
  summary { cursor: pointer; display: flex; gap: 1rem; justify-content: space-between; flex-wrap: wrap; }
  summary b, dd { overflow-wrap: anywhere; }
  dl { display: grid; grid-template-columns: 5rem 1fr; gap: .15rem 1rem; margin: .75rem 0; }
  dt, .quiet { opacity: .7; } dd { margin: 0; }
  iframe { box-sizing: border-box; width: 100%; height: 16rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); background: #fff; }
  form { display: inline; } button { font: inherit; padding: .25rem .75rem; }
`;

/** Renders the inbox as a page without scripts. Received mail is shown as text, or as HTML in a sandboxed frame. */
export function inboxPage(mails: readonly InboxMail[], settings: InboxService['settings'], running: boolean): string {
  const { host, port, username, password } = settings;
  const action = running ? 'stop' : 'start';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Inbox (${mails.length})</title><style>${style}</style></head>
<body>
<header>
  <h1>Inbox</h1>
  <span><a href="/inbox">Reload</a> · <a href="/admin">Admin</a> ·
  <form method="post" action="/inbox/${action}"><button>${running ? 'Stop' : 'Start'} the server</button></form></span>
</header>
<p class="quiet">${running ? 'Listening' : 'Stopped'}: <code>${host}:${port}</code>, STARTTLS with a <a href="/inbox/ca.pem">private CA</a>,
user <code>${escape(username)}</code>, password <code>${escape(password)}</code></p>
<main>
${mails.length === 0 ? '<p>Nothing has arrived yet.</p>' : mails.slice(0, shown).map(mailEntry).join('\n')}
${mails.length > shown ? `<p class="quiet">The newest ${shown} of ${mails.length}.</p>` : ''}
</main>
</body>
</html>`;
}

function mailEntry(mail: InboxMail): string {
  const fields: [string, string][] = [
    ['From', mail.headers.from ?? mail.from],
    ['To', mail.headers.to ?? ''],
    ['Cc', mail.headers.cc ?? ''],
    ['Reply-To', mail.headers['reply-to'] ?? ''],
    ['Delivered', mail.to.join(', ')],
    ['Login', `${mail.auth ?? 'none'}${mail.tls ? ', encrypted' : ', not encrypted'}`],
  ];
  return `<details>
<summary><b>${escape(mail.subject || '(no subject)')}</b><span class="quiet">${escape(mail.to.join(', '))} · ${escape(time(mail.receivedAt))}</span></summary>
<dl>${fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`)
    .join('')}</dl>
${mail.html ? `<iframe sandbox="" title="The message" srcdoc="${escape(mail.html)}"></iframe>` : ''}
${mail.text ? `<pre>${escape(mail.text)}</pre>` : ''}
</details>`;
}

function time(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
