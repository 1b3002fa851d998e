import { defineConfig, mergeConfig } from 'vitest/config'
// @boundaries-ignore the one vitest configuration is the workspace's own
import base from '../../vitest.base.ts'

// Fluid Framework prints each container that closes, also to a client with a quiet logger; closing is what is tested here.
const isTelemetry = (line: string): boolean => line.includes('fluid:telemetry:')

export default mergeConfig(base, defineConfig({ test: { onConsoleLog: (line) => !isTelemetry(line) } }))
