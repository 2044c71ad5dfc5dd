/** Encodes ASCII text as a parameter of an SMTP command (RFC 3461 §4): spaces, `+`, `=` and control characters become `+HH`. */
export function xtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (character) => `+${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
