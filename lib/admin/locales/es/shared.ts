import type { Language } from '../language.js';

/** Spanish texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Guardar',
    cancel: 'Cancelar',
    back: 'Volver a la lista',
    retry: 'Reintentar',
    close: 'Cerrar',
  },
  labels: {
    period_today: 'Hoy',
    period_yesterday: 'Ayer',
    period_week: 'Últimos 7 días',
    period_month: 'Últimos 30 días',
    period_range: 'Elegir fechas…',
  },
  messages: {
    saved: 'Guardado',
    error_required: 'Obligatorio.',
    error_not_a_choice: 'Elija uno de los valores ofrecidos.',
    thereWereValidationErrors: 'No se ha guardado. Revise los campos resaltados.',
    unexpectedError: 'Se ha producido un error. Inténtelo de nuevo; si persiste, consulte el registro de la aplicación.',
    filterUnknown: 'La lista no se puede filtrar por este criterio.',
    versionMissing: 'El formulario está incompleto. Vuelva a cargar la página e inténtelo de nuevo.',
    error_other: 'Este valor se ha rechazado.',
  },
  components: {
    configSearch: 'Buscar por nombre, servidor o remitente',
    configsLoading: 'Cargando…',
    configsSome: 'Las primeras {{count}} de {{total}}. Busque para ver otras.',
    configsFound: 'Encontradas: {{count}}.',
    configsNone: 'Ninguna contiene esto en su nombre, servidor o remitente.',
    listFailed: 'No se ha podido cargar la lista.',
    problem_session:
      'Su sesión ha caducado. Inicie sesión de nuevo en otra pestaña y vuelva a pulsar el botón: se conserva todo lo que ha escrito aquí.',
    problem_deleted: 'Este registro ya no existe: alguien lo ha eliminado.',
    problem_network: 'No se ha podido acceder al panel. Compruebe su conexión e inténtelo de nuevo.',
    problem_server: 'El panel ha respondido con un error. Inténtelo de nuevo; si persiste, consulte el registro de la aplicación.',
    checkField: 'Revisar «{{field}}»',
    breadcrumbs: 'Ruta de navegación',
  },
};
