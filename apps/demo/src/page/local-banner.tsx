/** Says loudly that what is behind this page is not Azure. */
export function LocalBanner() {
  return (
    <aside className="banner" aria-label="Notice">
      Local Azure: not for production
    </aside>
  )
}
