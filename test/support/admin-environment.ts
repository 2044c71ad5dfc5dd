// AdminJS reads these during import. No bundle: only the browser tests need one.
process.env.NODE_ENV = 'production';
process.env.ADMIN_JS_SKIP_BUNDLE = 'true';
