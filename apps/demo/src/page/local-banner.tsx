/** Says loudly that what is behind this page is not Azure. */
export function LocalBanner() {
  return <div className="banner">Local Azure: not for production</div>
}
