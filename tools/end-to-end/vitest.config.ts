// @boundaries-ignore the one vitest configuration is the workspace's own
import config from '../../vitest.base.ts'

export default config
