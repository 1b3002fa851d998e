/** Whether the page itself is served by this machine, where only local Azure is behind it. */
export const isLocal: boolean = ['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname)
