import sharp from 'sharp';
import { startRekognitionEndpoint } from './endpoint';
import { RekognitionClient, DetectLabelsCommand } from '@aws-sdk/client-rekognition';
import { readFileSync } from 'node:fs';
void (async()=>{
const big=(f:'png'|'jpeg',o?:number)=>{let s=sharp({create:{width:10000,height:10000,channels:3,background:'#335577'}}); if(o) s=s.withMetadata({orientation:o}); return s[f]().toBuffer();};
const pics={png:await big('png'),jpeg:await big('jpeg'),rot:await big('jpeg',6),rotpng:await big('png',6)};
const mode=process.argv[2];
const objects=pics as Record<string,Buffer>;
const e=await startRekognitionEndpoint({loadObject: (r)=>Promise.resolve(objects[r.key]!)});
const c=new RekognitionClient({region:'us-east-1',endpoint:e.url,credentials:{accessKeyId:'x',secretAccessKey:'y'}});
console.log('base rss',process.memoryUsage().rss/1e6|0);
let peak=0; const iv=setInterval(()=>{peak=Math.max(peak,process.memoryUsage().rss)},20);
for(const k of Object.keys(pics)){peak=0;const t=performance.now(); let lag=0,l=performance.now();const jv=setInterval(()=>{const n=performance.now();lag=Math.max(lag,n-l-10);l=n},10); try{await c.send(new DetectLabelsCommand({Image:{S3Object:{Bucket:'bkt',Name:k}}}));console.log(k,objects[k]!.length,(performance.now()-t).toFixed(),'ms peak',peak/1e6|0,'lag',lag.toFixed());}catch(x:any){console.log(k,x.name,x.message)} clearInterval(jv)}
const b=readFileSync('local/samples/pictures/dog.jpg'); const ts:number[]=[];
for(let i=0;i<60;i++){const t=performance.now();await c.send(new DetectLabelsCommand({Image:{Bytes:b}}));ts.push(performance.now()-t);}
ts.sort((a,b)=>a-b);console.log('median ms',ts[30]!.toFixed(1),'p90',ts[54]!.toFixed(1),'rss',process.memoryUsage().rss/1e6|0);
clearInterval(iv);c.destroy();await e.close();console.log('closed',process.uptime());
})();
