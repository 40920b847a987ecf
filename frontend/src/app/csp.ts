/** The nonce of this page's Content-Security-Policy, which the server wrote into the page. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** The scroll lock of dialogs makes its <style> through `get-nonce`, which reads this global. */
export function shareNonce(): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = cspNonce();
}
