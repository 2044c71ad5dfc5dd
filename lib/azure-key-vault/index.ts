export { azureKeyVault, type AzureKeyVaultOptions } from './azure-key-vault.js';
