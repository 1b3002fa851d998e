/** Sends the only form of the page. */
export const formPostScript = 'document.forms[0].submit()'
