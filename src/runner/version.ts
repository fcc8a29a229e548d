/** The version of this program, which is the service's. */
export { version } from '../../package.json'
