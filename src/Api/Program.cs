using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Data;

// The content root is where the program lies, so that its settings are found from whatever folder it is started in.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.ClearProviders().AddJsonConsole(console => console.TimestampFormat = "O");
var data = builder.Configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
data.ConnectionString = builder.Configuration.GetConnectionString("Webrana") ?? throw new InvalidOperationException("ConnectionStrings:Webrana is required.");
await using var sources = new DataSources(data);

if (args is ["ops", .. var words])
{
    // The database is all it needs: no silos, no port. Its output is for a person, so nothing is logged into it.
    if (words is not ["create-admin", .. var rest])
    {
        await Console.Error.WriteLineAsync("Usage: ops create-admin --email <address> [--name <name>]");
        return 2;
    }

    builder.Logging.ClearProviders();
    builder.Services.AddSingleton(TimeProvider.System).AddSingleton(sources);
    builder.AddWebranaAuthentication();
    builder.AddOrleansClient(sources);
    await using var tool = builder.Build();
    var options = new ConfigurationBuilder().AddCommandLine(rest).Build();
    return await CreateAdmin.RunAsync(tool.Services, options["email"] ?? "", options["name"] ?? "Admin", Console.Out);
}

builder.AddWebranaApi(sources);
builder.AddOrleansClient(sources);
var app = builder.Build();
app.UseWebranaApi();
await app.RunAsync();
return 0;

/// <summary>Named for the tests' host.</summary>
public partial class Program;
