#!/usr/bin/env node
// The installed command. Everything is in `src/main.ts`.
import '../dist/main.js';
