// `npm run bench:judge -- [kind]`
