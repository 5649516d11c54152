#!/usr/bin/env node
// In plain JavaScript, so that npm finds the program before the first build.
import { main } from '../dist/main.js'

await main()
