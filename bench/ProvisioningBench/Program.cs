using System.Globalization;
using Webrana.ProvisioningBench;

// provisioning: orders that many servers at once and reports when each was noticed to be ready, and what it cost at the provider.
var (droplets, json) = (1_000, (string?)null);
for (var n = args is ["provisioning", ..] ? 1 : 0; n < args.Length; n++)
{
    switch (args[n])
    {
        case "--quick":
            droplets = 150;
            break;
        case "--droplets" when n + 1 < args.Length:
            droplets = int.Parse(args[++n], CultureInfo.InvariantCulture);
            break;
        case "--json" when n + 1 < args.Length:
            json = args[++n];
            break;
        default:
            Console.Error.WriteLine("provisioning [--quick | --droplets N] [--json FILE]");
            return 2;
    }
}

return await ProvisioningRun.RunAsync(droplets, json, Console.Out);
