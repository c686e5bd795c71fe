/**
 * Quality of generated text against references: BLEU and chrF, equal to sacreBLEU's results number by number (Post, "A
 * Call for Clarity in Reporting BLEU Scores", WMT 2018), so that scores can be compared with published ones.
 */
package io.github.djltransformers.text.metric;
