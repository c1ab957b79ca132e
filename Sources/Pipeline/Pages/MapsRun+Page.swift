import Codecs
import FeatureMaps

extension MapsRun {
  /// The page of all banks, in the colours and on the scales of their files.
  ///
  /// Where every map has a scale of its own, the maps of a bank have that of its first.
  func page(_ scales: MapScales) -> JobPage {
    JobPage(
      chains: job.banks.indices.map { index in
        let bank = job.banks[index]
        var chain = bank.job
        chain.mapping = scales[index, 0].mapping
        return JobPage.Chain(job: chain, kernels: bank.kernels, arguments: bank.kernels.map { _ in nil })
      }, colors: scales.colors)
  }

  /// The image, to be read once more.
  func reopened() throws(JobError) -> InputFile { try file.another(byteLimit: options.limits.maximumMemory) }
}
