using Webrana.Api.Hosting;
using Webrana.Api.Ops;
using Webrana.Data;
using Webrana.ServiceDefaults;

// The content root is where the program lies, so that its settings are found from whatever folder it is started in.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.AddSecretFiles();
builder.Logging.ClearProviders().AddJsonConsole(console => console.TimestampFormat = "O");
var data = builder.Configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
data.ConnectionString = builder.Configuration.GetConnectionString("Webrana") ?? throw new InvalidOperationException("ConnectionStrings:Webrana is required.");
await using var sources = new DataSources(data);

if (args is ["ops", .. var words])
    return await OpsCommand.RunAsync(builder, sources, words);

builder.AddWebranaApi(sources);
builder.AddOrleansClient(sources);
builder.AddDraining();
var app = builder.Build();
app.UseWebranaApi();
await app.RunAsync();
return 0;

/// <summary>Named for the tests' host.</summary>
public partial class Program;
