import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // Fluid alone is 950 kB and loads when a room is opened.
  build: { chunkSizeWarningLimit: 1_200, sourcemap: false },
})
