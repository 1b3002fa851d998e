/** @module */

export {}
