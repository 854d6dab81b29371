using Webrana.ConsoleBench;

// console: the whole benchmark. proxy: the process that it starts to measure (never called by hand).
switch (args)
{
    case ["proxy", ..]:
        await ProxyHost.RunAsync();
        return 0;
    case ["console", .. var options]:
        return await Benchmark.RunAsync(quick: options.Contains("--quick"), options.SkipWhile(option => option != "--json").Skip(1).FirstOrDefault());
    default:
        Console.Error.WriteLine("console [--quick] [--json FILE]");
        return 2;
}
