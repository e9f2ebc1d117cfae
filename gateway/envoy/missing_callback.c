/* For a test: asks Envoy for a callback that it does not have, as a later version of its interface
 * may not have one of ours. */
void envoy_dynamic_module_callback_that_is_gone(void);
__attribute__((visibility("default"))) void envoy_dynamic_module_on_nothing(void);
void envoy_dynamic_module_on_nothing(void) { envoy_dynamic_module_callback_that_is_gone(); }
