metadata description = 'The container registry of the images: no admin user, no anonymous pull.'

@description('Region of the registry.')
param location string

@description('Tags of the registry.')
param tags { *: string }

@description('Name of the registry.')
@minLength(5)
param name string

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    // Private endpoints would need Premium, and azd pushes from outside the network in any case.
    name: 'Basic'
  }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

@description('Host name of the registry.')
output loginServer string = registry.properties.loginServer
