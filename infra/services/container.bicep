metadata description = 'What the containers of all services have in common.'

@description('The port that every service listens on, in plain HTTP: Container Apps ends TLS before it.')
var port = 8080

@export()
@description('''
/alive says that the process answers, /health that it can serve. A service is unhealthy while storage cannot be reached or
the models in production are not loaded: that keeps requests away from it, and must never restart it. So only the readiness
probe asks for /health, and the startup probe, whose failure restarts too, asks for /alive.
''')
var probes = [
  {
    type: 'Startup'
    httpGet: { path: '/alive', port: port }
    periodSeconds: 3
    failureThreshold: 10
    timeoutSeconds: 3
  }
  {
    type: 'Liveness'
    httpGet: { path: '/alive', port: port }
    periodSeconds: 10
    failureThreshold: 3
    timeoutSeconds: 5
  }
  {
    type: 'Readiness'
    httpGet: { path: '/health', port: port }
    periodSeconds: 5
    failureThreshold: 3
    timeoutSeconds: 5
  }
]

// A type of our own and not resourceInput<>: that is an error, and not a warning as for a resource, wherever bicep does not know
// the API version, and azd brings a bicep of its own, which may be older.
@sealed()
type ingressSettings = {
  @description('Whether it is reached from outside the environment.')
  external: bool

  @minValue(1)
  @maxValue(65535)
  targetPort: int

  @description('HTTP/1 or HTTP/2, as the client asks.')
  transport: 'auto'

  @description('Whether plain HTTP is answered rather than redirected.')
  allowInsecure: false

  @description('Who is let in; nobody else is. Empty for everyone who reaches it.')
  ipSecurityRestrictions: {
    name: string
    action: 'Allow'

    @description('In CIDR notation.')
    ipAddressRange: string
  }[]
}

@description('''
Whom a service with an address of its own lets in: the given ranges, and private addresses, from which only the environment's other apps call, the dashboard above
all: requests between apps do not leave the environment, and are not said to be exempt from the restrictions.
''')
func admittedRanges(allowedIpRanges string) string[] =>
  concat(split(allowedIpRanges, ','), ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'])

@export()
@description('''
Where a service is reached: from the given IP address ranges, or only from within the environment where there are none.
All state is in storage, so any replica answers any request; only the dashboard, which keeps the state of open pages, adds
stickySessions to this.
''')
func ingress(allowedIpRanges string) ingressSettings => {
  external: !empty(allowedIpRanges)
  targetPort: port
  transport: 'auto'
  allowInsecure: false
  ipSecurityRestrictions: empty(allowedIpRanges)
    ? []
    : map(range(0, length(admittedRanges(allowedIpRanges))), i => {
        name: 'allowed-${i}'
        action: 'Allow'
        ipAddressRange: trim(admittedRanges(allowedIpRanges)[i])
      })
}

@export()
@description('What a service needs to know to reach storage and to send telemetry.')
type connections = {
  @description('Name of the service in telemetry.')
  service: string

  @description('Client id of the identity that the service runs as.')
  clientId: string

  @description('Where the containers are.')
  blobs: string

  @description('Where the queues are.')
  queues: string

  @description('Where telemetry goes.')
  applicationInsights: string
}

@export()
@description('Whose tokens of Entra ID a service takes besides API keys: nobody\'s where both are empty.')
type entraId = {
  @description('https://login.microsoftonline.com/TENANT/v2.0')
  authority: string

  @description('The client id or the application id URI of the app registration that the tokens are for.')
  audience: string
}

@export()
@description('Environment variables of a container: those that every service has, and its own options.')
func environmentVariables(connections connections, entra entraId, options { *: string }) { name: string, value: string }[] =>
  map(
    items(union(
      {
        // Whoever reaches a service, from the environment or from outside, has to say who it is.
        Access__RequireAuthentication: 'true'
        APPLICATIONINSIGHTS_CONNECTION_STRING: connections.applicationInsights
        // TLS ends at the ingress, which says by these headers what the client asked for.
        ASPNETCORE_FORWARDEDHEADERS_ENABLED: 'true'
        ASPNETCORE_HTTP_PORTS: '${port}'
        AZURE_CLIENT_ID: connections.clientId
        // No other credential is tried first.
        AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
        ConnectionStrings__blobs: connections.blobs
        ConnectionStrings__queues: connections.queues
        OTEL_SERVICE_NAME: connections.service
      },
      // One without the other is a mistake, of which the service says what to do.
      empty('${entra.authority}${entra.audience}')
        ? {}
        : {
            Access__EntraAuthority: entra.authority
            Access__EntraAudience: entra.audience
          },
      options
    )),
    item => { name: item.key, value: item.value }
  )
