// AdminJS reads these while it is imported. Its bundle is the browser tests' matter; these ask the API.
process.env.NODE_ENV = 'production';
process.env.ADMIN_JS_SKIP_BUNDLE = 'true';
