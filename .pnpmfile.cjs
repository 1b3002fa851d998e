// The node-<os>-<cpu> packages state os and cpu as plain strings; lists make pnpm record them in the lockfile.
const readPackage = (manifest) => {
  if (/^node-(bin-)?(linux|darwin|win)-/.test(manifest.name)) {
    manifest.os = [manifest.os].flat()
    manifest.cpu = [manifest.cpu].flat()
  }
  return manifest
}

module.exports = { hooks: { readPackage } }
