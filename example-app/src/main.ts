import './environment.js';

const { start } = await import('./server.js');
await start();
