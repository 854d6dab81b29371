using System.Globalization;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Launcher.Services;

/// <summary>
/// What is started, with which settings. This is the one place that knows the names of the product's settings; the
/// product itself is the same as in production, only addresses and keys differ.
/// </summary>
public sealed class SandboxServices(DataFolder folder, SandboxPorts ports, Secrets secrets, WebranaDatabase database)
{
    /// <summary>The simulators and the control service; they need nobody but the database.</summary>
    public IReadOnlyList<ServiceSpec> Simulators() =>
    [
        Service("digitalocean", "sandbox/DigitalOcean", "Webrana.Sandbox.DigitalOcean.dll", ports.DigitalOcean, new()
        {
            ["DIGITALOCEAN_TOKEN"] = secrets.DigitalOceanToken,
        }, "--state", folder.State("digitalocean")),
        Service("tripay", "sandbox/Tripay", "Webrana.Sandbox.Tripay.dll", ports.Tripay, new()
        {
            ["TRIPAY_API_KEY"] = secrets.TripayApiKey,
            ["TRIPAY_PRIVATE_KEY"] = secrets.TripayPrivateKey,
            ["TRIPAY_MERCHANT_CODE"] = secrets.TripayMerchantCode,
            ["TRIPAY_CALLBACK_URL"] = CallbackUrl,
        }, "--state", folder.State("tripay")),
        Service("control", "sandbox/Control", "Webrana.Sandbox.Control.dll", ports.Control, new()
        {
            ["CONTROL_POSTGRES"] = database.OwnerConnectionString,
            ["CONTROL_DIGITALOCEAN"] = SandboxPorts.Address(ports.DigitalOcean),
            ["CONTROL_TRIPAY"] = SandboxPorts.Address(ports.Tripay),
            ["CONTROL_SMTP_PORT"] = Text(ports.Smtp),
        }, "--state", folder.State("mail")),
    ];

    /// <summary>One silo; numbers count from 1.</summary>
    public ServiceSpec Silo(int number)
    {
        var (silo, gateway, http) = ports.OfSilo(number);
        var environment = SiloEnvironment();
        environment["Silo__SiloPort"] = Text(silo);
        environment["Silo__GatewayPort"] = Text(gateway);
        return Service($"silo-{number}", SiloProject, SiloProgram, http, environment);
    }

    /// <summary>The API.</summary>
    public ServiceSpec Api()
    {
        var environment = ApiEnvironment();
        environment["Edge__DrainSeconds"] = "0"; // No balancer stands before it that would have to notice.
        return Service("api", ApiProject, ApiProgram, ports.Api, environment);
    }

    /// <summary>The Web.</summary>
    public ServiceSpec Web() => Service("web", "src/Web", "Webrana.Web.dll", ports.Web, new()
    {
        ["Api__BaseUrl"] = SandboxPorts.Address(ports.Api),
        ["Web__PublicUrl"] = SandboxPorts.Address(ports.Web),
        ["Web__KeysFolder"] = folder.WebKeys,
    });

    /// <summary>What `migrate` and `ops` run with, now and later.</summary>
    public ProductEnvironment Environment() => new(Common(SiloEnvironment()), Common(ApiEnvironment()));

    const string SiloProject = "src/Silo";
    const string SiloProgram = "Webrana.Silo.dll";
    const string ApiProject = "src/Api";
    const string ApiProgram = "Webrana.Api.dll";

    /// <summary>The program that migrates.</summary>
    public static string SiloPath => Program(SiloProject, SiloProgram);

    /// <summary>The program with the operators' commands.</summary>
    public static string ApiPath => Program(ApiProject, ApiProgram);

    string CallbackUrl => SandboxPorts.Address(ports.Api) + "/webhooks/tripay";

    Dictionary<string, string> SiloEnvironment()
    {
        var environment = ApiEnvironment();
        environment["Silo__AdvertisedIp"] = "127.0.0.1";
        environment["Smtp__Host"] = "127.0.0.1";
        environment["Smtp__Port"] = Text(ports.Smtp);
        environment["Smtp__UseTls"] = "false"; // The sink speaks plain SMTP on loopback.
        environment["Smtp__From"] = "Webrana <no-reply@webrana.test>";
        return environment;
    }

    Dictionary<string, string> ApiEnvironment() => new()
    {
        ["ConnectionStrings__Webrana"] = database.AppConnectionString,
        ["ConnectionStrings__WebranaOwner"] = database.OwnerConnectionString,
        ["Webrana__Install"] = "sandbox",
        ["Silo__ClusterId"] = "webrana",
        ["Silo__ServiceId"] = "webrana",
        ["DigitalOcean__BaseUrl"] = SandboxPorts.Address(ports.DigitalOcean),
        ["DigitalOcean__Token"] = secrets.DigitalOceanToken,
        ["Ssh__Directory"] = SandboxPorts.Address(ports.DigitalOcean),
        ["Tripay__BaseUrl"] = SandboxPorts.Address(ports.Tripay) + "/api-sandbox/",
        ["Tripay__ApiKey"] = secrets.TripayApiKey,
        ["Tripay__PrivateKey"] = secrets.TripayPrivateKey,
        ["Tripay__MerchantCode"] = secrets.TripayMerchantCode,
        ["Tripay__CallbackUrl"] = CallbackUrl,
        ["Web__PublicUrl"] = SandboxPorts.Address(ports.Web),
        // Browsers make passkeys for names only.
        ["Web__PasskeyOrigin"] = $"http://localhost:{ports.Web}",
        ["Console__PublicUrl"] = SandboxPorts.Address(ports.Api),
        ["Console__AllowedHosts__0"] = "127.0.0.1",
        ["Console__AllowPrivateAddresses"] = "true", // The simulated provider is on this machine.
        ["Dashboard__Enabled"] = "true",
        ["Telemetry__BusinessFiguresEvery"] = "00:00:05", // Somebody is looking.
        ["Webhooks__AllowPrivateAddresses"] = "true", // Receivers of a demo are on this machine.
        ["Papers__SellerName"] = "Webrana Sandbox",
        ["Papers__SellerAddress"] = "Jl. Contoh 1, Jakarta",
        ["Papers__SellerEmail"] = "tagihan@webrana.test",
        ["Papers__Ppn"] = "true",
        ["Sandbox__Clock"] = "true",
        ["Seed__Demo"] = "true",
        ["Seed__AdminEmail"] = secrets.AdminEmail,
        ["Seed__AdminPassword"] = secrets.AdminPassword,
        ["Seed__CustomerEmail"] = secrets.CustomerEmail,
        ["Seed__CustomerPassword"] = secrets.CustomerPassword,
    };

    static ServiceSpec Service(string role, string project, string program, int port, Dictionary<string, string> environment, params string[] arguments)
    {
        Common(environment)["ASPNETCORE_URLS"] = SandboxPorts.Address(port);
        environment["Telemetry__MetricsPort"] = Text(port); // Loopback only, so nobody else can read it.
        return new ServiceSpec(role, Program(project, program), ["--urls", SandboxPorts.Address(port), .. arguments], environment, new Uri(SandboxPorts.Address(port) + "/health/ready"));
    }

    static string Program(string project, string program) =>
        Repository.Program(project, program, System.Environment.GetEnvironmentVariable("WEBRANA_PUBLISHED"));

    static Dictionary<string, string> Common(Dictionary<string, string> environment)
    {
        environment["DOTNET_ENVIRONMENT"] = "Sandbox";
        // Wins over DOTNET_ENVIRONMENT in a web host, so one left in the shell must not decide.
        environment["ASPNETCORE_ENVIRONMENT"] = "Sandbox";
        return environment;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The settings of the silo and of the API.</summary>
public sealed record ProductEnvironment(IReadOnlyDictionary<string, string> Silo, IReadOnlyDictionary<string, string> Api);
