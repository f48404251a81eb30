using GenreCloud.DatasetImport;
using GenreCloud.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatasetImport();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapDatasetImport();

return await app.RunServiceAsync();
