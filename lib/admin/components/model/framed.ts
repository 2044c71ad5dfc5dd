const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:";

/** Prepares a mail's HTML for a sandboxed frame: nothing is loaded, and a link, which a frame could follow, only shows its target. */
export function frameHtml(html: string): string {
  const document = new DOMParser().parseFromString(html, 'text/html');
  for (const element of document.querySelectorAll('base, meta[http-equiv], link, script, iframe, frame, object, embed')) element.remove();
  for (const link of document.querySelectorAll('a, area')) {
    const target = link.getAttribute('href') ?? link.getAttribute('xlink:href');
    for (const name of ['href', 'xlink:href', 'target', 'ping']) link.removeAttribute(name);
    if (target) link.setAttribute('title', target);
  }
  for (const image of document.querySelectorAll('img')) {
    image.removeAttribute('srcset');
    // The frame would refuse to load it and show a broken image.
    if (!/^data:image\//i.test(image.getAttribute('src') ?? '')) image.removeAttribute('src');
  }
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return `<!doctype html><html><head>${head}${document.head.innerHTML}</head>${document.body.outerHTML}</html>`;
}
